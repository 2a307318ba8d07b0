import type { Command } from 'commander'
import { collect, leaf, wholeNumber } from '../../command.ts'
import { MOST_ROWS } from '../../read-all.ts'

/** Which events `ls` and `stream` show. */
const filtered = (command: Command): Command =>
  command
    .option('--name <name>', 'only what is called so; order.* = all that begin so')
    .option('--resource <id>', 'only what happened to this; order.* = to all that begin so')
    .option('--related <id>', 'only what is related to this')
    .option('--role <role>', 'with --related: in this role')
    .option('--flow-run <flow-run>', 'only what this run has emitted; its id, name, or the last characters of the id')

/** Declares `weir event …`. */
export function declare(noun: Command): void {
  leaf(
    noun
      .command('emit')
      .description('Tell that something happened. Flows do it with events.emit.')
      .argument('<name>', 'what, in a word: order.shipped')
      .option('--resource-id <id>', 'what it happened to: order.1')
      .option('--resource <json>', 'the same with labels: {"id": …, "labels": {…}}; @file, or - for stdin')
      .option('--related <json>', 'what else has to do with it: {"id": …, "role": …, "labels": {…}}, or a list of them', collect)
      .option('--payload <json>', 'whatever else there is to say: an object; @file, or - for stdin')
      .option('--occurred <instant>', 'when; ISO 8601 with a zone; now by default')
      .option('--follows <id>', 'id of the event that it came after')
      .option('--id <uuid>', 'its id: the same again is stored once'),
    [
      ['weir event emit order.shipped --resource-id order.1', 'the least'],
      ['weir event emit order.shipped --resource-id order.1 --payload \'{"parcels": 2}\'', 'with more to say'],
      ['weir event emit file.arrived --resource @file.json --payload -', 'from a file, and from stdin'],
    ],
    () => import('./emit.ts'),
  )
  leaf(
    filtered(noun.command('ls').description('List events, the latest first. They are kept for seven days.'))
      .option('--since <instant>', 'occurred then or later; ISO 8601 with a zone')
      .option('--until <instant>', 'occurred earlier than then')
      .option('-n, --limit <number>', 'how many', wholeNumber(1, MOST_ROWS), 50),
    [
      ["weir event ls --name 'order.*'", 'all that has to do with orders'],
      ['weir event ls --related customer.7 --role payer', 'what customer 7 has paid for'],
      ['weir event ls --flow-run 4f2a91c7', 'what a run has emitted'],
    ],
    () => import('./ls.ts'),
  )
  leaf(
    noun.command('inspect').description('Show one event with everything that it says.').argument('<event>', 'its id'),
    [["weir event inspect 0199a5b0-4f5e-7000-8000-000000000001 -o json | jq '.payload'", 'the payload for a script']],
    () => import('./inspect.ts'),
  )
  leaf(
    filtered(noun.command('stream').description('Show events as they come, until Ctrl-C; none is left out, however late it is told.')).option(
      '--run-once',
      'end after the first one',
    ),
    [
      ["weir event stream --name 'order.*' -o json", 'one JSON object a line'],
      ['weir event stream --resource order.1 --run-once', 'wait until something happens to it'],
    ],
    () => import('./stream.ts'),
  )
}
