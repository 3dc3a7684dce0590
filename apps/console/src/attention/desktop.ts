/** Notifications of the system. They are asked for when somebody turns them on, never before. */

export function canNotify(): boolean {
  return 'Notification' in window && Notification.permission === 'granted';
}

/** @returns whether they are allowed. */
export async function requestNotifications(): Promise<boolean> {
  if (!('Notification' in window)) return false;
  return (await Notification.requestPermission()) === 'granted';
}

interface DesktopNotice {
  title: string;
  text: string;
  /** One notification for each; a newer one takes its place. */
  tag: string;
  onClick(): void;
}

export function notify({ title, text, tag, onClick }: DesktopNotice): void {
  const notice = new Notification(title, { body: text, tag });
  notice.onclick = () => {
    window.focus();
    notice.close();
    onClick();
  };
}
