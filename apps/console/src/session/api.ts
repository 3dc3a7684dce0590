/** The server's REST interface, for what is asked before there is a socket. */

/** A refusal, in the server's words. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly details: string[] = [],
  ) {
    super(message);
  }
}

/** @throws ApiError, also (`unavailable`) when nobody answers. */
export async function api<T>(method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(`/api/v1${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  }).catch(() => {
    throw new ApiError('unavailable', 'The server does not answer. Trying again may help.');
  });
  if (response.status === 204) return undefined as T;
  const answer: unknown = await response.json().catch(() => ({}));
  if (response.ok) return answer as T;
  const { error } = answer as {
    error?: { code: string; message: string; details?: string[] };
  };
  throw new ApiError(
    error?.code ?? 'unavailable',
    error?.message ?? 'The server does not answer. Trying again may help.',
    error?.details,
  );
}

/** What to tell a person about anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
