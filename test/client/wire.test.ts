/**
 * The SDK's types are the server's. `npm run check` compares them, the test suite runs them as well so
 * that nobody removes them unnoticed; that the printed file is not stale is seen in `test/docs`.
 */
import { expectTypeOf, test } from 'vitest';
import type * as wire from '../../packages/client/src/wire.js';
import type * as errors from '../../src/errors.js';
import type * as v from '../../src/validations/chat.validation.js';
import type {
  DataOf,
  EventName,
  NamespaceName,
  PayloadOf,
  ServerEventMap,
} from '../../src/validations/events.js';

/** Without what is optional, or has a default: the server's payloads are typed after parsing. */
type Filled<T> = T extends object ? { [K in keyof T]-?: Exclude<T[K], undefined> } : T;

interface Tables {
  user: wire.UserEvents;
  admin: wire.AdminEvents;
}

type DataIn<N extends NamespaceName> = {
  [E in EventName<N>]: Tables[N][E & keyof Tables[N]] extends { data: infer D } ? D : never;
};
type PayloadIn<N extends NamespaceName> = {
  [E in Exclude<EventName<N>, 'start_chat' | 'get_overview'>]: Tables[N][E &
    keyof Tables[N]] extends { payload: infer P }
    ? Filled<P>
    : never;
};

test('objects have the same types', () => {
  expectTypeOf<wire.Chat>().toEqualTypeOf<v.Chat>();
  expectTypeOf<wire.Message>().toEqualTypeOf<v.Message>();
  expectTypeOf<wire.Overview>().toEqualTypeOf<v.Overview>();
  expectTypeOf<wire.UserPresence>().toEqualTypeOf<v.UserPresence>();
  expectTypeOf<wire.ErrorCode>().toEqualTypeOf<errors.ErrorCode>();
  expectTypeOf<wire.WireError>().toEqualTypeOf<errors.WireError>();
});

test('each side sends the same events, with the same payloads, and is answered by the same data', () => {
  expectTypeOf<keyof wire.UserEvents>().toEqualTypeOf<EventName<'user'>>();
  expectTypeOf<keyof wire.AdminEvents>().toEqualTypeOf<EventName<'admin'>>();
  expectTypeOf<DataIn<'user'>>().toEqualTypeOf<{
    [E in EventName<'user'>]: DataOf<'user', E>;
  }>();
  expectTypeOf<DataIn<'admin'>>().toEqualTypeOf<{
    [E in EventName<'admin'>]: DataOf<'admin', E>;
  }>();
  expectTypeOf<PayloadIn<'user'>>().toEqualTypeOf<{
    [E in keyof PayloadIn<'user'>]: Filled<PayloadOf<'user', E>>;
  }>();
  expectTypeOf<PayloadIn<'admin'>>().toEqualTypeOf<{
    [E in keyof PayloadIn<'admin'>]: Filled<PayloadOf<'admin', E>>;
  }>();
});

test('each side receives the same events', () => {
  type Listeners<T> = { readonly [E in keyof T]: (data: T[E]) => void };
  expectTypeOf<Listeners<wire.EventsForUsers>>().toEqualTypeOf<ServerEventMap<'user'>>();
  expectTypeOf<Listeners<wire.EventsForAdmins>>().toEqualTypeOf<ServerEventMap<'admin'>>();
});
