import type { ChatView } from '../desk/place.js';
import { AllList } from './AllList.js';
import classes from './ChatList.module.css';
import { MineList } from './MineList.js';
import { QueueList } from './QueueList.js';

const lists = { queue: QueueList, mine: MineList, all: AllList };

export function ChatList({ view }: { view: ChatView }) {
  const List = lists[view];
  return (
    <section className={classes.pane} data-pane="list" aria-labelledby="list-title">
      <List />
    </section>
  );
}
