/** The flags that say which flow runs are meant. Read by flow-run-filter.ts; apart from it because every declaration is loaded for `--help`. */
import type { Command } from 'commander'
import { collect } from '../../command.ts'

/** Gives a command the flags. */
export const withFilter = (command: Command): Command =>
  command
    .option('-s, --state <types>', 'only these state types, comma-separated', collect)
    .option('-f, --flow <name>', 'only of this flow', collect)
    .option('-d, --deployment <flow/name>', 'only of this deployment', collect)
    .option('-p, --work-pool <name>', 'only of this work pool', collect)
    .option('--filter <json>', 'FlowRunFilter of the GraphQL API, or @file')

/** The same for a command that takes one run, or a filter for many. */
export const forMany = (command: Command): Command => withFilter(command).option('--dry-run', 'with a filter: only say how many there are')
