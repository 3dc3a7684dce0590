import { execFileSync } from 'node:child_process';

/** Tests run the compiled server, as users do; it is built once before them. */
export default function build(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
}
