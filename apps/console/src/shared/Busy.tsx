import { Loader, type LoaderProps } from '@mantine/core';

interface BusyProps extends Pick<LoaderProps, 'size'> {
  label?: string;
}

/** Something is on its way. The library's spinner alone has no role, so its name would not be read. */
export function Busy({ label = 'Loading', size = 'md' }: BusyProps) {
  return <Loader role="progressbar" aria-label={label} size={size} />;
}
