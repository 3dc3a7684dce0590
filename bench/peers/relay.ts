/**
 * What somebody would write in an afternoon: a Socket.IO relay that keeps nothing, checks nothing and
 * trusts everybody, speaking the part of the contract that the benchmark uses. With `--coalesce` its
 * writes are coalesced by the server's own code, so that the two can be compared like for like.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { coalesceWrites } from '../../src/socket_handler/coalesce.js';

interface Chat {
  chatId: string;
  userId: string;
  adminId: string | null;
}

type Ack = (answer: { ok: true; data: object }) => void;

const http = createServer();
const io = new Server(http);
if (process.argv.includes('--coalesce')) coalesceWrites(io);
const users = io.of('/user');
const admins = io.of('/admin');
const chats = new Map<string, Chat>();

function relay(message: { chatId: string }, ack: Ack): void {
  const createdAt = new Date().toISOString();
  const sent = { messageId: randomUUID(), ...message, createdAt };
  users.to(message.chatId).emit('new_message', sent);
  admins.to(message.chatId).emit('new_message', sent);
  ack({ ok: true, data: sent });
}

users.on('connection', (socket) => {
  const userId = String(socket.handshake.query.userId);
  for (const chat of chats.values()) if (chat.userId === userId) void socket.join(chat.chatId);
  socket.on('start_chat', (_nothing: object, ack: Ack) => {
    const chat: Chat = { chatId: randomUUID(), userId, adminId: null };
    chats.set(chat.chatId, chat);
    void socket.join(chat.chatId);
    admins.emit('new_chat_request', chat);
    ack({ ok: true, data: chat });
  });
  socket.on('user_message', relay);
});

admins.on('connection', (socket) => {
  const adminId = String(socket.handshake.query.adminId);
  for (const chat of chats.values()) if (chat.adminId === adminId) void socket.join(chat.chatId);
  socket.on('assign_chat', ({ chatId }: { chatId: string }, ack: Ack) => {
    const chat = chats.get(chatId) as Chat;
    chat.adminId = adminId;
    void socket.join(chatId);
    users.to(chatId).emit('chat_assigned', chat);
    admins.emit('chat_assigned', chat);
    ack({ ok: true, data: chat });
  });
  socket.on('admin_message', relay);
});

http.listen(0, '127.0.0.1', () => {
  const { port } = http.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url: `http://localhost:${port}` })}\n`);
});
