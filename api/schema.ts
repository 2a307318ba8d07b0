/** The whole schema: every noun adds its part by being imported here. `npm run schema` prints it to schema.graphql. */
import { builder } from './builder.ts'
import './graphql-errors.ts'
import './node.ts'
import './api-keys/graphql.ts'
import './artifacts/graphql.ts'
import './deployments/graphql.ts'
import './flow-runs/explanation.ts'
import './flow-runs/graphql.ts'
import './flow-runs/live.ts'
import './flow-runs/timeline.ts'
import './logs/graphql.ts'
import './logs/live.ts'
import './schedules/graphql.ts'
import './task-runs/graphql.ts'
import './work-pools/graphql.ts'
import './workspaces/graphql.ts'

export const schema = builder.toSchema()
