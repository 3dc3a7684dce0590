import {
  type CSSVariablesResolver,
  createTheme,
  localStorageColorSchemeManager,
  type MantineColorsTuple,
} from '@mantine/core';

const pine: MantineColorsTuple = [
  '#e8f6f3',
  '#d3ebe6',
  '#a6d7cd',
  '#76c2b2',
  '#4fb09c',
  '#36a58e',
  '#279e86',
  '#0e7d68',
  '#0b6f5d',
  '#045446',
];

/** Warm greys, from white to ink. */
const gray: MantineColorsTuple = [
  '#faf9f7',
  '#f4f2ee',
  '#e9e6e0',
  '#dcd8d0',
  '#c4bfb5',
  '#a29c91',
  '#79736a',
  '#5c574f',
  '#3d3933',
  '#23201c',
];

/** Mantine reads these as: text, dimmed …, surfaces from raised to the page's ground. */
const dark: MantineColorsTuple = [
  '#eae7e1',
  '#c9c4bb',
  '#a8a298',
  '#7c766d',
  '#4a4641',
  '#393632',
  '#2a2825',
  '#1c1b19',
  '#161513',
  '#100f0e',
];

const red: MantineColorsTuple = [
  '#fdeceb',
  '#fbd5d2',
  '#f5aaa4',
  '#ee7d74',
  '#e6564c',
  '#e03c31',
  '#d92f24',
  '#c9271d',
  '#b3261e',
  '#8f1d17',
];

export const theme = createTheme({
  colors: { pine, gray, dark, red },
  primaryColor: 'pine',
  primaryShade: { light: 8, dark: 7 },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily:
    'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  components: {
    Modal: { defaultProps: { overlayProps: { backgroundOpacity: 0.45 } } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true } },
  },
  headings: { fontWeight: '650' },
});

export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': 'var(--surface)',
    '--mantine-color-text': 'var(--text)',
    '--mantine-color-dimmed': 'var(--muted)',
    '--mantine-color-error': 'var(--danger)',
    '--mantine-color-placeholder': 'var(--muted)',
    '--mantine-color-anchor': 'var(--brand)',
  },
  dark: {
    '--mantine-color-body': 'var(--surface)',
    '--mantine-color-text': 'var(--text)',
    '--mantine-color-dimmed': 'var(--muted)',
    '--mantine-color-error': 'var(--danger)',
    '--mantine-color-placeholder': 'var(--muted)',
    '--mantine-color-anchor': 'var(--brand)',
  },
});

export const colorSchemeManager = localStorageColorSchemeManager({
  key: 'chat-server.console.theme',
});
