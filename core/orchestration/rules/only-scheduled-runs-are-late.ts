import { abort, pass, type Rule, type Transition } from '../transition.ts'

/** `Late` says that nobody took a run in time. A run that waits for a retry, a slot or a resume is not late. */
export const onlyScheduledRunsAreLate: Rule<Transition> = {
  name: 'only-scheduled-runs-are-late',
  from: 'any',
  to: ['SCHEDULED'],
  decide: ({ current, proposed }) =>
    proposed.name !== 'Late' || (current?.type === 'SCHEDULED' && current.name === 'Scheduled')
      ? pass()
      : abort('run_is_not_scheduled', `only a run that is Scheduled can be Late; this one is ${current?.name ?? 'new'}`),
}
