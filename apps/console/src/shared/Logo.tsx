export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="9" fill="#0b6f5d" />
      <path
        d="M9 9h14a3 3 0 0 1 3 3v7a3 3 0 0 1-3 3h-6.5L11 26.5V22H9a3 3 0 0 1-3-3v-7a3 3 0 0 1 3-3Z"
        fill="#fff"
      />
      <circle cx="11.5" cy="15.5" r="1.6" fill="#0b6f5d" />
      <circle cx="16" cy="15.5" r="1.6" fill="#0b6f5d" />
      <circle cx="20.5" cy="15.5" r="1.6" fill="#0b6f5d" />
    </svg>
  );
}
