/** The pages of work pools, their queues and workers. */
import { expect, onTestFinished, test } from 'vitest'
import { ask, plane, runToEnd, signedIn, startWorker, state } from '../support/browser-product.ts'

test('a work pool is made, shows the line that starts its worker, and says when one has come, and when it has been told to leave', async () => {
  const page = await signedIn('/work-pools')
  await page.getByRole('button', { name: 'New pool…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill('local')
  await dialog.getByRole('button', { name: 'Make the pool' }).click()
  await dialog.getByRole('alert').getByText(/local/).waitFor()
  await dialog.getByLabel('Name', { exact: true }).fill('browser-made')
  await dialog.getByRole('button', { name: 'Make the pool' }).click()
  await page.getByRole('heading', { name: 'browser-made' }).waitFor()
  await page.getByText('npx weir worker start --pool browser-made').waitFor()
  await state(page).getByText('No worker').waitFor()

  const worker = startWorker('browser-made', 'visitor')
  await state(page).getByText('Ready').waitFor()
  await page.getByText(/visitor has arrived/).waitFor()
  await page.getByRole('button', { name: 'Drain the worker visitor' }).click()
  await dialog.getByRole('button', { name: 'Drain the worker' }).click()
  expect(await worker.ended).toBe(0)
  await state(page).getByText('No worker').waitFor()
})

test('queues of a pool are made, changed and paused from its page', async () => {
  const page = await signedIn('/work-pools')
  await page.getByRole('link', { name: 'nobody', exact: true }).click()
  const queues = page.getByRole('table', { name: 'Queues' })
  await page.getByRole('button', { name: 'New queue…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill('urgent')
  await dialog.getByLabel(/^Priority/).fill('3')
  await dialog.getByRole('button', { name: 'Make the queue' }).click()
  const urgent = queues.getByRole('row').filter({ hasText: 'urgent' })
  await urgent.getByRole('cell', { name: '3', exact: true }).waitFor()
  await urgent.getByRole('button', { name: 'Edit the queue urgent' }).click()
  await dialog.getByLabel(/^Runs at a time/).fill('2')
  await dialog.getByRole('button', { name: 'Change the queue' }).click()
  await urgent.getByText('0 of 2').waitFor()
  await urgent.getByRole('button', { name: 'Pause the queue urgent' }).click()
  await dialog.getByRole('button', { name: 'Pause the queue' }).click()
  await urgent.getByText('paused').waitFor()
})

test('a pool and a run that nobody needs are deleted after a question, which says why when they cannot be', async () => {
  const id = await runToEnd('hello/hello')
  const page = await signedIn(`/runs/${id}?tab=details`)
  await page.getByRole('button', { name: 'Delete this run…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete the run' }).click()
  await page.waitForURL('**/runs')
  await page.goto(`${plane.url}/runs/${id}`)
  await page.getByText(/No run of this workspace/).waitFor()

  await page.goto(`${plane.url}/work-pools`)
  await page.getByRole('link', { name: 'nobody', exact: true }).click()
  await page.getByRole('button', { name: 'Delete…', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Delete the pool' }).click()
  await dialog
    .getByRole('alert')
    .getByText(/hello\/waits|deployment/)
    .waitFor()
})

test('the job template of a pool is edited as JSON: what is wrong is told with its line while it is typed, and the run form shows what the pool takes', async () => {
  await ask('mutation { createWorkPool(input: { name: "templated" }) { __typename } }')
  const { saveDeployment } = await ask<{ saveDeployment: { deployment: { id: string; uuid: string } } }>(`mutation {
    saveDeployment(input: { flowName: "templated", name: "main", entrypoint: "a.ts:a", path: "/", workPoolName: "templated" }) { ... on SaveDeploymentSuccess { deployment { id uuid } } } }`)
  const { id, uuid } = saveDeployment.deployment
  onTestFinished(() => ask('mutation ($id: ID!) { deleteDeployment(input: { id: $id }) { __typename } }', { id }).then(() => {}))
  const page = await signedIn('/work-pools')
  await page.getByRole('link', { name: 'templated', exact: true }).click()
  await page.getByText('the default of process pools').waitFor()
  const variables = page.getByRole('table', { name: 'Job variables' })
  await variables.getByText('nodeFlags').waitFor()
  await page.getByRole('button', { name: 'Edit the template…' }).click()
  const dialog = page.getByRole('dialog')
  const editor = dialog.getByLabel('Base job template as JSON')
  const template = (placeholder: string, memory: unknown) =>
    JSON.stringify(
      {
        job_configuration: { env: { REGION: placeholder } },
        variables: { properties: { region: { type: 'string', enum: ['eu', 'us'] }, memory: { type: 'integer', default: memory } } },
      },
      null,
      2,
    )
  await editor.fill('{ "job_configuration": ')
  await dialog.getByText(/This is no JSON/).waitFor()
  await editor.fill(template('{{ regoin }}', 64))
  const problems = dialog.getByRole('listitem')
  await problems.getByText(/there is no variable "regoin"/).waitFor()
  await problems.getByRole('button', { name: 'line 4' }).click()
  const selected = () => editor.evaluate((area: HTMLTextAreaElement) => area.value.slice(area.selectionStart, area.selectionEnd))
  expect(await selected()).toBe('"{{ regoin }}"')
  // What only the API finds is shown in the same way.
  await editor.fill(template('{{ region }}', 'much'))
  await dialog.getByRole('button', { name: 'Change the template' }).click()
  await problems.getByText(/expected integer, got "much"/).waitFor()
  expect(await selected()).toBe('"much"')
  await editor.fill(template('{{ region }}', 64))
  await dialog.getByRole('button', { name: 'Change the template' }).click()
  await page.getByText('its own').waitFor()
  await variables.getByText('"eu" | "us"').waitFor()

  await page.goto(`${plane.url}/deployments/${uuid}`)
  await page.getByRole('button', { name: 'Run…' }).click()
  await dialog.getByText('Name, tags, job variables').click()
  await dialog.getByRole('table', { name: 'Job variables' }).getByText('memory').waitFor()
  await dialog.getByLabel(/^Job variables as JSON/).fill('{ "region": "moon" }')
  await dialog.getByRole('button', { name: 'Run', exact: true }).click()
  await dialog.getByRole('listitem').getByText('expected one of "eu", "us", got "moon"').waitFor()
})
