/**
 * The commands of every noun against one started control plane without a worker: what they change, what people read, what programs read. The files of the folder
 * add their tests here, in this order, for starting a control plane for each would take longer than all of them.
 */
import './nouns/empty.ts'
import './nouns/work-pool.ts'
import './nouns/work-queue.ts'
import './nouns/api-key.ts'
import './nouns/task-run.ts'
import './nouns/artifact.ts'
import './nouns/concurrency-limit.ts'
import './nouns/secret-and-block.ts'
import './nouns/variable.ts'
import './nouns/deployment-schedule.ts'
import './nouns/json-shapes.ts'
import './nouns/completion.ts'
import './nouns/deployment.ts'
import './nouns/flow.ts'
import './nouns/delete.ts'
import './nouns/api.ts'
import './nouns/flow-run.ts'
import './nouns/every-command.ts'
import './nouns/service-account.ts'
import './nouns/mistakes.ts'
