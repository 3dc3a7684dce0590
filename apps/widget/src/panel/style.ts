/** Sheets that the page adopts: a part of the script, so that they come with it and need no permission. */
export function adopt(css: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets.push(sheet);
}
