import { partsOf } from '@chat-server/client/links';
import { Fragment } from 'react';

/** What somebody wrote, as text; addresses of the web are links, and nothing else is. */
export function MessageText({ text }: { text: string }) {
  return partsOf(text).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text never change their order
    <Fragment key={index}>
      {part.href === null ? (
        part.text
      ) : (
        <a href={part.href} target="_blank" rel="noopener noreferrer nofollow ugc">
          {part.text}
        </a>
      )}
    </Fragment>
  ));
}
