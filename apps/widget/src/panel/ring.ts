/** Two soft notes, made on the spot: nothing to load. */
const NOTES = [659.25, 880];
/** After this it would be a sound out of nowhere, in milliseconds. */
const LATE = 1000;
/** Long enough for the other tabs to have asked, in milliseconds. */
const HOLD = 5000;

let context: AudioContext | undefined;

/** Silent where the browser wants a gesture first, also when that comes later. */
export async function chime(): Promise<void> {
  context ??= new AudioContext();
  const asked = Date.now();
  await context.resume();
  if (Date.now() - asked < LATE) NOTES.forEach(play);
}

function play(frequency: number, at: number): void {
  if (!context) return;
  const start = context.currentTime + at * 0.12;
  const note = new OscillatorNode(context, { frequency });
  const volume = new GainNode(context, { gain: 0 });
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(0.12, start + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, start + 0.5);
  note.connect(volume).connect(context.destination);
  note.start(start);
  note.stop(start + 0.5);
}

/** Of all tabs of this browser one rings for a message: whoever gets its lock. */
export async function isFirstTab(messageId: string): Promise<boolean> {
  if (!navigator.locks) return true;
  return new Promise((resolve) => {
    void navigator.locks.request(`chat-server:${messageId}`, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock && new Promise((release) => setTimeout(release, HOLD));
    });
  });
}
