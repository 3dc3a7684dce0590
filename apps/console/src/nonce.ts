/** The nonce of this response, for the styles that are made while the page runs. */
import { setNonce } from 'get-nonce';

const meta = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]');

export const nonce = meta?.nonce ?? '';

// Dialogs lock the page's scrolling with a style sheet of their own.
setNonce(nonce);
