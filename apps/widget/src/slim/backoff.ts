/** The SDK decides when to connect again; the library is told not to. */
export class Backoff {
  duration(): number {
    return 0;
  }
  reset(): void {}
  setMin(): void {}
  setMax(): void {}
  setJitter(): void {}
}
