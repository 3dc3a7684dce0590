import type { CookieOptions, Response } from 'express';
import { SIGN_IN_COOKIE } from '../auth/identity.js';
import { SIGN_IN_LASTS } from '../services/SignInService.js';

const options: CookieOptions = { httpOnly: true, secure: true, sameSite: 'strict', path: '/' };

/** Browsers take a `Secure` cookie over HTTPS and from localhost only. */
export function setSignIn(response: Response, secret: string): void {
  response.cookie(SIGN_IN_COOKIE, secret, { ...options, maxAge: SIGN_IN_LASTS });
}

export function clearSignIn(response: Response): void {
  response.clearCookie(SIGN_IN_COOKIE, options);
}
