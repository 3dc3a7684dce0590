/**
 * The page's policy lets no string become HTML, save through here. Mantine writes its style sheets
 * with `innerHTML`; text without `<` makes no element, so that is what passes.
 */
interface TrustedTypes {
  createPolicy(name: string, rules: { createHTML(text: string): string }): unknown;
}

const { trustedTypes } = window as { trustedTypes?: TrustedTypes };

trustedTypes?.createPolicy('default', {
  createHTML(text) {
    if (text.includes('<')) throw new TypeError('HTML from a string is not allowed on this page.');
    return text;
  },
});
