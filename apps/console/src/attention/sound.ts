/** Two tones, made here: no file to load. Browsers stay silent until the page has been touched. */

type Tone = 'chat' | 'message';

/** Hertz, one after the other. */
const notes: Record<Tone, number[]> = { chat: [659, 880], message: [784] };

let context: AudioContext | undefined;

export function play(tone: Tone): void {
  context ??= new AudioContext();
  if (context.state === 'suspended') {
    void context.resume();
    if (!navigator.userActivation?.hasBeenActive) return;
  }
  const start = context.currentTime;
  for (const [index, hertz] of notes[tone].entries()) ring(context, hertz, start + index * 0.14);
}

function ring(audio: AudioContext, hertz: number, at: number): void {
  const oscillator = audio.createOscillator();
  const volume = audio.createGain();
  oscillator.frequency.value = hertz;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.12, at + 0.015);
  volume.gain.exponentialRampToValueAtTime(0.001, at + 0.35);
  oscillator.connect(volume).connect(audio.destination);
  oscillator.start(at);
  oscillator.stop(at + 0.36);
}
