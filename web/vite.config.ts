import adapter from '@sveltejs/adapter-static'
import { sveltekit } from '@sveltejs/kit/vite'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig } from 'vite'
import { persistedDocuments } from './persisted-documents.ts'

/** `vite dev` asks this control plane; sign in at its own address first, on the same host name. */
const controlPlane = process.env['WEIR_URL'] ?? 'http://127.0.0.1:4600'
/** The control plane answers its own pages only: it is asked as if by one of them. */
const asItsOwnPage = { target: controlPlane, changeOrigin: true, headers: { origin: controlPlane } }

export default defineConfig({
  plugins: [
    persistedDocuments(),
    tailwindcss(),
    sveltekit({
      adapter: adapter({ fallback: 'index.html' }),
      version: { name: process.env['WEIR_BUILD'] ?? '0.1.0', pollInterval: 0 },
      paths: { relative: false },
    }),
  ],
  server: { host: '127.0.0.1', proxy: { '/graphql': asItsOwnPage, '/sign-in': asItsOwnPage, '/sign-out': asItsOwnPage } },
  build: { reportCompressedSize: false },
})
