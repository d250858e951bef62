/** Mantine's links, buttons and menu items that lead to a screen: the router checks where, and what is searched for there. */

import { Anchor, type AnchorProps, Button, type ButtonProps, Menu, type MenuItemProps } from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, Ref } from 'react'

/** `component={Link}` on Mantine's own would lose the router's types. */
type Own<P> = P & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof P> & { ref?: Ref<HTMLAnchorElement> }

export const LinkAnchor = createLink((props: Own<AnchorProps>) => <Anchor {...props} />)

export const LinkButton = createLink((props: Own<ButtonProps>) => <Button component="a" {...props} />)

export const LinkMenuItem = createLink((props: Own<MenuItemProps>) => <Menu.Item component="a" {...props} />)
