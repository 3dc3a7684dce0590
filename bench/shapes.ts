/** Who chats with whom. */
export interface Shape {
  name: string;
  users: number;
  admins: number;
}

export const shapes: readonly [Shape, Shape, Shape] = [
  { name: '100 users, 20 admins', users: 100, admins: 20 },
  { name: '1,000 users, 50 admins', users: 1000, admins: 50 },
  { name: '1,000 pairs', users: 1000, admins: 1000 },
];

/** Messages on their way at once in a run for saturation, of all chats together. */
const UNANSWERED = 4000;

/** Of each chat. */
export const windowOf = ({ users }: Shape) => UNANSWERED / users;
