"""DERN over a whole stretch of sound: what neighbouring windows share is computed once.

The same function as `Dern.forward` over every window, in a third of the operations. A window
knows nothing beyond its 15 frames and takes zeros for it, so windows that share a frame
differ after the first convolution in the two columns at either edge only. Of the seven
columns that pooling leaves, the five inner ones are therefore other windows' columns too:
column j of the window at t is column j - 1 of the window at t + 2. In the second
convolution, what one of them gives each of its five neighbours is computed once and added
up for every window. The third convolution, from three columns to three, has no more to
share, but needs five products instead of nine.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.dern import KERNEL, POOL, STRIDE, WINDOW_FRAMES, Dern

BATCH = 250  # frames at a time; more fall out of the cache
HALF = KERNEL // 2
# Taps in time that fall inside the window, for its columns 0, 1, any inner one, 13 and 14.
TAPS_INSIDE = ((2, 5), (1, 5), (0, 5), (0, 4), (0, 3))
INNER_COLUMNS = 5  # of the first layer's pooled maps


class DenseDern(nn.Module):
    """A trained DERN made ready for inference."""

    first: Tensor
    second: Tensor
    third: Tensor
    first_bias: Tensor
    second_bias: Tensor
    third_bias: Tensor

    def __init__(self, dern: Dern) -> None:
        super().__init__()
        layers = [layer for layer in dern.convolutions if isinstance(layer, nn.Conv2d)]
        arrange = (_cut_at_edges, _taps_apart, _at_points)
        for name, layer, arranged in zip(
            ("first", "second", "third"), layers, arrange, strict=True
        ):
            assert layer.bias is not None
            weight = arranged(layer.weight.detach())
            weight = weight.contiguous(memory_format=torch.channels_last)
            self.register_buffer(name, weight)
            self.register_buffer(f"{name}_bias", layer.bias.detach().reshape(-1, 1, 1))
        self.hidden, self.output = dern.hidden, dern.output

    def forward(self, features: Tensor) -> Tensor:
        """Features with context (T + 14, 40) -> logits of the window around each frame (T, 7)."""
        context = WINDOW_FRAMES - 1
        starts = range(0, len(features) - context, BATCH)
        return torch.cat([self._batch(features[i : i + BATCH + context]) for i in starts])

    def _batch(self, features: Tensor) -> Tensor:
        count = len(features) - WINDOW_FRAMES + 1
        maps = features.t()[None, None].contiguous(memory_format=torch.channels_last)
        seven = self._second_layer(*self._first_layer(maps, count))
        three = [_greatest(seven[i : i + POOL], self.second_bias) for i in (0, 2, 4)]
        seen = self._third_layer(*map(_pool_bands, three))
        maps = _pool_bands(_greatest(seen, self.third_bias))  # (1, 128, 4, T)
        hidden = self.hidden(maps[0].permute(2, 0, 1).flatten(1)).relu()  # (T, 512) -> (T, 256)
        logits: Tensor = self.output(hidden)
        return logits

    def _first_layer(self, maps: Tensor, count: int) -> tuple[Tensor, Tensor, Tensor]:
        """Maps (1, 1, 40, T + 14) -> pooled columns: the windows' first, inner and last ones.

        (1, 32, 19, T), (1, 32, 19, T + 8) and (1, 32, 19, T). Inner column j, from 1 to 5,
        of window t is at t + 2 (j - 1).
        """
        maps = _pool_bands(functional.conv2d(maps, self.first, padding=HALF))
        left, left_next, inner, right_next, right = maps.chunk(len(TAPS_INSIDE), dim=1)

        def pooled(width: int, *columns: tuple[Tensor, int]) -> Tensor:
            return _greatest([m[..., i : i + width] for m, i in columns], self.first_bias)

        return (
            pooled(count, (left, 0), (left_next, 1), (inner, 2)),
            pooled(count + STRIDE * (INNER_COLUMNS - 1), (inner, 2), (inner, 3), (inner, 4)),
            pooled(count, (inner, 12), (right_next, 13), (right, 14)),
        )

    def _second_layer(self, first: Tensor, inner: Tensor, last: Tensor) -> list[Tensor]:
        """Pooled columns -> the second convolution's seven columns, (1, 64, 19, T) each."""
        count = first.shape[-1]

        def products(columns: Tensor, taps: slice) -> list[Tensor]:
            """What columns give to the neighbours that see them with these taps in time."""
            weights = self.second.chunk(KERNEL)[taps]
            return [functional.conv2d(columns, weight, padding=(HALF, 0)) for weight in weights]

        shared = products(inner, slice(KERNEL))
        # Sums over the last taps, from window column 1 on, and over the first taps, up to window
        # column 5; each has one tap more than the one before.
        onwards, until = [shared[-1]], [shared[0]]
        for product in reversed(shared[:-1]):
            so_far = onwards[-1][..., STRIDE:]
            onwards.append(product[..., : so_far.shape[-1]] + so_far)
        for product in shared[1:-1]:
            so_far = until[-1][..., :-STRIDE]
            until.append(so_far + product[..., -so_far.shape[-1] :])
        start, end = products(first, slice(HALF + 1)), products(last, slice(HALF, KERNEL))
        return [
            *(start[HALF - i].add_(onwards[i + 1][..., :count]) for i in range(HALF + 1)),
            onwards[KERNEL - 1][..., :count],
            *(end[i].add_(until[i + 1][..., -count:]) for i in reversed(range(HALF + 1))),
        ]

    def _third_layer(self, left: Tensor, middle: Tensor, right: Tensor) -> list[Tensor]:
        """Three columns (1, 64, 9, T) -> the third convolution's three, from the right.

        Column i from the left gives column o from the right w[i + o] times itself. With
        w[k] = sum_p c[p] a[p]^k that is sum_p a[p]^o c[p] (sum_i a[p]^i column i), five
        products in place of nine (Toom and Cook), at the points a of `_at_points`.
        """
        ends = left + right
        sums = (
            left,
            ends + middle,
            ends - middle,
            torch.add(left, middle, alpha=2).add_(right, alpha=4),
            right,
        )
        zero, one, minus_one, two, infinity = (
            functional.conv2d(columns, weight, padding=(HALF, 0))
            for columns, weight in zip(sums, self.third.chunk(len(sums)), strict=True)
        )
        even = one + minus_one
        return [
            zero.add_(even).add_(two),
            one.sub_(minus_one).add_(two, alpha=2),
            infinity.add_(even).add_(two, alpha=4),
        ]


def _pool_bands(maps: Tensor) -> Tensor:
    return functional.max_pool2d(maps, (POOL, 1), stride=(STRIDE, 1))


def _greatest(columns: Sequence[Tensor], bias: Tensor) -> Tensor:
    """The greatest of three columns, then bias and ReLU: the same as before, on fewer numbers."""
    one, two, three = columns
    greatest = torch.maximum(one, two)
    return torch.maximum(greatest, three, out=greatest).add_(bias).relu_()


def _cut_at_edges(weight: Tensor) -> Tensor:
    """(32, 1, 5, 5) -> (5 * 32, 1, 5, 5): for each of TAPS_INSIDE, the other taps zero."""
    variants = weight.new_zeros(len(TAPS_INSIDE), *weight.shape)
    for variant, (low, high) in zip(variants, TAPS_INSIDE, strict=True):
        variant[..., low:high] = weight[..., low:high]
    return variants.flatten(0, 1)


def _taps_apart(weight: Tensor) -> Tensor:
    """(64, 32, 5, 5) -> (5 * 64, 32, 5, 1): one convolution along the bands for each tap."""
    return weight.permute(3, 0, 1, 2).flatten(0, 1).unsqueeze(-1)


def _at_points(weight: Tensor) -> Tensor:
    """(128, 64, 5, 5) -> (5 * 128, 64, 5, 1): c[p] with w[k] = sum_p c[p] a[p]^k."""
    points = torch.tensor([[0.0, 1.0, -1.0, 2.0]], dtype=torch.float64)
    powers = torch.zeros(KERNEL, KERNEL, dtype=torch.float64)
    powers[:, :-1] = points ** torch.arange(KERNEL)[:, None]
    powers[-1, -1] = 1  # infinity, which counts in the highest power only
    solved = torch.einsum("pk,oibk->poib", torch.linalg.inv(powers), weight.double())
    return solved.to(weight).flatten(0, 1).unsqueeze(-1)
