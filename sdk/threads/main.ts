/** Entry of a task thread. */
import { parentPort } from 'node:worker_threads'
import { serveCalls } from './serve-calls.ts'

if (parentPort) serveCalls(parentPort)
