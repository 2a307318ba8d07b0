/** What Vite makes of `graphql(…)`: the document itself, which is a hash. Without this every page would carry the text of all operations, three times. */
import type { Plugin } from 'vite'

const CALL = /\bgraphql\(\s*`\s*(query|mutation|subscription|fragment)\s+(\w+)[^`]*`\s*\)/g

/** For files that import `graphql` from the generated documents. */
export const persistedDocuments = (): Plugin => ({
  name: 'weir-persisted-documents',
  enforce: 'pre',
  config: (_, { command }) => ({ define: { SENDS_TEXT: command === 'serve' } }),
  transform: {
    filter: { id: /\/src\/lib\/.*\.ts$/ },
    handler(code, id) {
      if (id.endsWith('/graphql/generated/graphql.ts'))
        return { code: code.replaceAll('= new TypedDocumentString(', '= /*#__PURE__*/ new TypedDocumentString('), map: null }
      if (!code.includes('graphql/generated/index.ts')) return null
      const named = code.replace(
        CALL,
        (_, kind: string, name: string) =>
          `documents.${name.charAt(0).toUpperCase()}${name.slice(1)}${kind === 'fragment' ? 'FragmentDoc' : 'Document'}`,
      )
      return { code: `import * as documents from '#lib/graphql/generated/graphql.ts';${named}`, map: null }
    },
  },
})
