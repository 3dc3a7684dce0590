/** Plain HTTP against a server, with the cookies of a browser. */

export interface HttpAnswer<T> {
  status: number;
  body: T;
  response: Response;
}

export class HttpClient {
  private readonly cookies = new Map<string, string>();

  constructor(
    readonly url: string,
    private readonly headers: Record<string, string> = {},
  ) {}

  async ask<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: object,
  ): Promise<HttpAnswer<T>> {
    const response = await this.fetch(method, path, body);
    const text = await response.text();
    return { status: response.status, body: (text && JSON.parse(text)) as T, response };
  }

  /** Redirects are not followed. @param form fields of a form, instead of a body of JSON */
  async fetch(
    method: string,
    path: string,
    body?: object,
    form?: Record<string, string>,
  ): Promise<Response> {
    const response = await fetch(new URL(path, this.url), {
      method,
      redirect: 'manual',
      headers: {
        ...this.headers,
        cookie: this.cookie,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      ...(form && { body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) this.keep(line);
    return response;
  }

  /** The header `Cookie` of the next request. */
  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  private keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    const expires = /expires=([^;]+)/i.exec(line)?.[1];
    if (expires && Date.parse(expires) <= Date.now()) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}
