import { ActionIcon, Tooltip, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { Moon, Sun } from 'lucide-react';

/** Follows the system until somebody presses it. */
export function ThemeButton({ size = 'lg' }: { size?: string }) {
  const { setColorScheme } = useMantineColorScheme();
  const shown = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const next = shown === 'light' ? 'dark' : 'light';
  return (
    <Tooltip label={`Use the ${next} theme`}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={size}
        aria-label={`Use the ${next} theme`}
        onClick={() => setColorScheme(next)}
      >
        {shown === 'light' ? <Moon size={18} /> : <Sun size={18} />}
      </ActionIcon>
    </Tooltip>
  );
}
