/** A thread that does a share of the work. */
import { parentPort, workerData } from 'node:worker_threads';
import { adoptCode } from '../kernel/index.ts';
import type { Order, Start } from './messages.ts';
import { Share } from './share.ts';

if (parentPort === null) throw new Error('this module is for worker threads');
const main = parentPort;
adoptCode((workerData as Start).code);
const share = new Share((report) => main.postMessage(report));
main.on('message', (order: Order) => share.order(order));
await share.run();
