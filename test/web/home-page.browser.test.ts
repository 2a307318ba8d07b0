/** The home page. */
import { expect, test } from 'vitest'
import { PATIENCE, run, runToEnd, signedIn } from '../support/browser-product.ts'

test('home says what needs somebody and how it went, and a part of the time that is chosen opens as a list', async () => {
  await Promise.all([runToEnd('fails/fails'), run('hello/waits')])
  const page = await signedIn('/?range=1h')
  const needs = page.getByRole('region', { name: 'Needs you' })
  await needs
    .getByRole('listitem')
    .filter({ hasText: 'fails/fails' })
    .getByText(/runs? failed/)
    .waitFor()
  await page.getByRole('table', { name: 'Work pools' }).getByRole('row').filter({ hasText: 'nobody' }).getByText('No worker').waitFor()
  const chart = page.getByRole('slider', { name: /^Runs over time/ })
  await expect.poll(() => chart.getAttribute('aria-valuemax')).toBe('59')
  await page.getByText('7 d', { exact: true }).click()
  await page.waitForURL('**/?range=7d')
  await expect.poll(() => chart.getAttribute('aria-valuemax'), { timeout: PATIENCE }).toBe('83')
  await chart.focus()
  await page.keyboard.press('Shift+ArrowLeft')
  await expect.poll(() => chart.getAttribute('aria-valuetext')).toMatch(/ to .*\d+ failed/)
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/runs\?started=/)
  await page.getByRole('row').filter({ hasText: 'Failed' }).first().waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('h')
  await page.getByRole('heading', { name: 'Home', exact: true }).waitFor()
})
