/** Where one can go: the rail, the `g …` keys and the palette read this list. */
import Box from '@lucide/svelte/icons/box'
import House from '@lucide/svelte/icons/house'
import KeyRound from '@lucide/svelte/icons/key-round'
import ListIcon from '@lucide/svelte/icons/text-align-start'
import Waves from '@lucide/svelte/icons/waves-horizontal'
import type { Component } from 'svelte'

/** A page that one can go to from anywhere. */
export interface Place {
  href: string
  label: string
  /** Second key after `g`. */
  key: string
  icon: Component<{ size?: number }>
  /** Only for who may this. */
  permission?: string
}

/** In the order of the rail. */
const PLACES: readonly Place[] = [
  { href: '/', label: 'Home', key: 'h', icon: House },
  { href: '/runs', label: 'Runs', key: 'r', icon: ListIcon },
  { href: '/deployments', label: 'Deployments', key: 'd', icon: Box },
  { href: '/work-pools', label: 'Work pools', key: 'w', icon: Waves },
  { href: '/api-keys', label: 'API keys', key: 'k', icon: KeyRound, permission: 'api-keys:read' },
]

/** Those that the viewer may see. */
export const placesOf = (may: (permission: string) => boolean): Place[] =>
  PLACES.filter(({ permission }) => permission === undefined || may(permission))
