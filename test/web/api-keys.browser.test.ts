/** The page of the API keys. */
import { expect, test } from 'vitest'
import { ask, PATIENCE, plane, signedIn } from '../support/browser-product.ts'

test('an API key is made and shown once, works, is rotated, and opens nothing when it is revoked', async () => {
  const page = await signedIn('/api-keys')
  const opens = async (key: string) =>
    (
      await fetch(`${plane.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: '{"query":"{ viewer { actor } }"}',
      })
    ).status
  const dialog = page.getByRole('dialog')
  const shown = dialog.getByRole('group', { name: 'The key' })
  await page.getByRole('button', { name: 'New key…' }).click()
  await dialog.getByLabel('What it is for').fill('ci')
  await dialog.getByRole('radio', { name: /^Viewer/ }).check()
  await dialog.getByRole('button', { name: 'Make the key' }).click()
  const first = (await shown.textContent()) as string
  expect(await opens(first)).toBe(200)
  await page.keyboard.press('Escape')
  await dialog.getByRole('button', { name: 'I have kept it' }).click()
  await expect.poll(() => dialog.count()).toBe(0)
  expect(await page.content()).not.toContain(first)

  await page.getByRole('button', { name: 'Rotate the key ci' }).first().click()
  await dialog.getByText('ends now').click()
  await dialog.getByRole('button', { name: 'Make the new key' }).click()
  const second = (await shown.textContent()) as string
  expect(second).not.toBe(first)
  await dialog.getByRole('button', { name: 'I have kept it' }).click()
  expect([await opens(first), await opens(second)]).toEqual([401, 200])
  // It is made for as long as the old one was, unless somebody says otherwise.
  const { apiKeys } = await ask<{ apiKeys: { name: string; expiresAt: string | null }[] }>('{ apiKeys { name expiresAt } }')
  const newest = apiKeys.find(({ name }) => name === 'ci')?.expiresAt as string
  expect(Math.round((Date.parse(newest) - Date.now()) / 86_400_000)).toBe(90)

  await page.getByRole('button', { name: 'Revoke the key ci' }).click()
  await dialog.getByRole('button', { name: 'Revoke the key' }).click()
  await expect.poll(() => opens(second), { timeout: PATIENCE }).toBe(401)
  await page.getByText(/expired or revoked/).click()
  await expect
    .poll(() => page.getByRole('table', { name: 'Expired and revoked keys' }).getByText('ci', { exact: true }).count(), { timeout: PATIENCE })
    .toBe(2)
})
