export { Socket as Engine } from 'engine.io-client';
