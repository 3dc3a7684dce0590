import { Button, Group, Modal, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Question } from '../desk/DeskContext.js';

interface ConfirmDialogProps {
  question: Question | null;
  onClose(): void;
}

export function ConfirmDialog({ question, onClose }: ConfirmDialogProps) {
  // The last question stays in place while the dialog fades.
  const [shown, setShown] = useState(question);
  useEffect(() => {
    if (question) setShown(question);
  }, [question]);
  return (
    <Modal
      opened={question !== null}
      onClose={onClose}
      title={shown?.title}
      centered
      size="sm"
      closeButtonProps={{ 'aria-label': 'Cancel' }}
    >
      <Text size="sm">{shown?.text}</Text>
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          color="red"
          data-autofocus
          onClick={() => {
            shown?.run();
            onClose();
          }}
        >
          {shown?.confirm}
        </Button>
      </Group>
    </Modal>
  );
}
