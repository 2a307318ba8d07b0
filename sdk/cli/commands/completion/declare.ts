import { Argument, type Command } from 'commander'
import { leaf } from '../../command.ts'

/** Declares `weir completion`. */
export function declare(noun: Command): void {
  leaf(
    noun.addArgument(new Argument('<shell>', 'which one').choices(['bash', 'zsh', 'fish'])),
    [
      ['weir completion bash > ~/.local/share/bash-completion/completions/weir', 'for every new bash'],
      ['source <(weir completion zsh)', 'in ~/.zshrc, after compinit'],
      ['weir completion fish > ~/.config/fish/completions/weir.fish', 'for every new fish'],
    ],
    () => import('./print-script.ts'),
  )
}
