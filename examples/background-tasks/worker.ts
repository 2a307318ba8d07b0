/** A task worker as a program of your own, in the place of `weir task serve examples/background-tasks/tasks.ts`. Ctrl-C lets what runs come to its end. */
import { serveTasks } from 'weirflow'
import { welcome } from './tasks.ts'

await serveTasks([welcome], { limit: 4, onReady: () => console.log('welcomes are written here') })
