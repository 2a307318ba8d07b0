import type { Command } from 'commander'
import { leaf } from '../../command.ts'

/** Declares `weir visualize`. */
export function declare(noun: Command): void {
  leaf(
    noun
      .argument('<file:export>', 'the flow; nothing of the file is run')
      .option('-f, --out <file>', 'where the picture is written to; without it, it goes to stdout'),
    [
      ['weir visualize flows/etl.ts:etl > etl.svg', 'its tasks, subflows, branches and maps, as SVG'],
      ['weir visualize flows/etl.ts:etl --out docs/etl.svg', 'into a file'],
      ['weir visualize flows/etl.ts:etl -o json', 'the graph itself: nodes and edges'],
    ],
    () => import('./show-graph.ts'),
  )
}
