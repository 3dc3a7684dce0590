import { Button, Group, Modal, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Question } from '../desk/DeskContext.js';
import { useFocusBack } from './useFocusBack.js';

interface ConfirmDialogProps {
  question: Question | null;
  onClose(): void;
}

export function ConfirmDialog({ question, onClose }: ConfirmDialogProps) {
  // The last question stays in place while the dialog fades.
  const [shown, setShown] = useState(question);
  const focus = useFocusBack();
  useEffect(() => {
    if (!question) return;
    setShown(question);
    focus.keep();
  }, [question, focus]);
  const close = () => {
    focus.giveBack();
    onClose();
  };
  return (
    <Modal
      opened={question !== null}
      onClose={close}
      returnFocus={false}
      title={shown?.title}
      centered
      size="sm"
      closeButtonProps={{ 'aria-label': 'Cancel' }}
    >
      <Text size="sm">{shown?.text}</Text>
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button
          color="red"
          data-autofocus
          onClick={() => {
            shown?.run();
            close();
          }}
        >
          {shown?.confirm}
        </Button>
      </Group>
    </Modal>
  );
}
