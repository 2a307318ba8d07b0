import { redirect } from '@sveltejs/kit'

/** Runs are what people come for; they are home until there is a page that says what needs them. */
export const load = () => redirect(307, '/runs')
