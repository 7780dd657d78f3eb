import type { TariffCategory } from '~/api/types'
import type { ThemeName } from '~/app/host'

/** Colours of the categories in charts: each at least 3 to 1 on the card, and apart from its neighbours. */
const colours: Record<ThemeName, Record<TariffCategory, string>> = {
  light: {
    subscriptions: '#4f52b2',
    usage: '#038387',
    addOns: '#986f0b',
    hardware: '#a4262c',
    services: '#6b2c91',
    other: '#616161',
  },
  dark: {
    subscriptions: '#9299f7',
    usage: '#4fc3c7',
    addOns: '#e2b741',
    hardware: '#f1707b',
    services: '#c796e0',
    other: '#adadad',
  },
  contrast: {
    subscriptions: '#ffff00',
    usage: '#00ffff',
    addOns: '#ffa640',
    hardware: '#ff8f9c',
    services: '#d9a6ff',
    other: '#ffffff',
  },
}

export const colourOf = (theme: ThemeName, category: TariffCategory): string => colours[theme][category]
