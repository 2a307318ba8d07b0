/** What the package exports, as its sources say it: names, the comments on them and on their members. Read, not compiled: that takes half a second, not ten. */
import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import ts from 'typescript'

const SDK = join(import.meta.dirname, '..', '..', '..', 'sdk')

/** One exported name. */
export interface PublicName {
  name: string
  /** An interface or an alias: there is nothing of it at run time. */
  isType: boolean
  /** A class that is thrown. */
  isError: boolean
  /** Its own `code`, where its constructor says one. */
  code: string | null
  /** `sdk/flow.ts:61: FlowOptions.name`, of every declaration and public member that has no comment. */
  undocumented: string[]
}

type Declaration = ts.VariableDeclaration | ts.FunctionDeclaration | ts.ClassDeclaration | ts.InterfaceDeclaration | ts.TypeAliasDeclaration

const opened = new Map<string, ts.SourceFile>()
function open(file: string): ts.SourceFile {
  const source = opened.get(file) ?? ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  opened.set(file, source)
  return source
}

/** All names that `entry` (`index.ts`, `testing.ts`) exports. */
export function readPublicNames(entry: string): PublicName[] {
  const file = join(SDK, entry)
  return [...exportedFrom(file)].map(([name, asType]) => {
    const declarations = find(file, name)
    if (declarations.length === 0) throw new Error(`${entry} exports ${name}, and nobody declares it`)
    const isType = asType || declarations.every((one) => ts.isInterfaceDeclaration(one) || ts.isTypeAliasDeclaration(one))
    const made = declarations.find(ts.isClassDeclaration)
    const isError = /extends \w*(Error|Refused|Invalid)\b/.test(made?.heritageClauses?.map((clause) => clause.getText()).join(' ') ?? '')
    const code = isError ? (/super\(\s*'([a-z_]+)'/.exec(made?.getText() ?? '')?.[1] ?? null) : null
    return { name, isType, isError, code, undocumented: undocumentedOf(name, declarations) }
  })
}

/** With whether only its type is exported. */
function exportedFrom(file: string): Map<string, boolean> {
  const names = new Map<string, boolean>()
  for (const statement of open(file).statements) {
    if (ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause))
      for (const { name, isTypeOnly } of statement.exportClause.elements) names.set(name.text, isTypeOnly || statement.isTypeOnly)
    else if (ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword))
      for (const { name } of declarationsOf(statement)) if (name && ts.isIdentifier(name)) names.set(name.text, false)
  }
  return names
}

/** Through re-exports to where it is declared: once, or for each of its overloads and merged parts. */
function find(file: string, name: string): Declaration[] {
  return open(file).statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement) && statement.moduleSpecifier && statement.exportClause && ts.isNamedExports(statement.exportClause)) {
      const path = join(dirname(file), (statement.moduleSpecifier as ts.StringLiteral).text)
      return statement.exportClause.elements.filter((one) => one.name.text === name).flatMap((one) => find(path, (one.propertyName ?? one.name).text))
    }
    return declarationsOf(statement).filter((one) => one.name?.getText() === name)
  })
}

function declarationsOf(statement: ts.Statement): Declaration[] {
  if (ts.isVariableStatement(statement)) return [...statement.declarationList.declarations]
  const isDeclaration =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement)
  return isDeclaration ? [statement] : []
}

function undocumentedOf(name: string, declarations: Declaration[]): string[] {
  // What implements overloads is seen by nobody.
  const seen = declarations.length > 1 ? declarations.filter((one) => !(ts.isFunctionDeclaration(one) && one.body)) : declarations
  const members = seen.flatMap(membersOf).map((member): [string, ts.Node] => [`${name}.${member.name?.getText() ?? 'a call'}`, member])
  return [...seen.map((one): [string, ts.Node] => [name, one]), ...members]
    .filter(([, node]) => !hasComment(node))
    .map(([what, node]) => {
      const source = node.getSourceFile()
      return `${relative(dirname(SDK), source.fileName)}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${what}`
    })
}

type Member = ts.TypeElement | ts.ClassElement | ts.ObjectLiteralElementLike

/** What an editor offers behind a dot. Constructors are left out: errors are made by the engine, and of the others their class tells. */
function membersOf(declaration: Declaration): Member[] {
  if (ts.isInterfaceDeclaration(declaration)) return [...declaration.members]
  if (ts.isClassDeclaration(declaration)) return declaration.members.filter(isOffered)
  if (ts.isVariableDeclaration(declaration)) return membersOfValue(declaration.initializer)
  return []
}

function isOffered(member: ts.ClassElement): boolean {
  if (ts.isConstructorDeclaration(member) || ts.isClassStaticBlockDeclaration(member)) return false
  if (member.name && ts.isPrivateIdentifier(member.name)) return false
  const hidden = [ts.SyntaxKind.PrivateKeyword, ts.SyntaxKind.OverrideKeyword]
  return !(ts.canHaveModifiers(member) && ts.getModifiers(member)?.some(({ kind }) => hidden.includes(kind)))
}

/** Of `{ … }`, also within `Object.freeze(…)` or before `as` and `satisfies`. */
function membersOfValue(value: ts.Expression | undefined): Member[] {
  if (!value) return []
  if (ts.isObjectLiteralExpression(value)) return [...value.properties]
  if (ts.isAsExpression(value) || ts.isSatisfiesExpression(value)) return membersOfValue(value.expression)
  return ts.isCallExpression(value) ? value.arguments.flatMap(membersOfValue) : []
}

function hasComment(node: ts.Node): boolean {
  // That of `const x = …` stands before the whole statement.
  const whole = ts.isVariableDeclaration(node) ? node.parent.parent : node
  const { text } = whole.getSourceFile()
  return ts.getLeadingCommentRanges(text, whole.getFullStart())?.some(({ pos }) => text.startsWith('/**', pos)) ?? false
}
