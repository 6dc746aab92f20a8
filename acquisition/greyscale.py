"""Equal steps for the eye: the Grayscale Standard Display Function (DICOM PS3.14).

A P-value is what a picture gives to a display. A display that keeps to the standard turns equal
steps of P-values into equal numbers of just noticeable differences (JND). Ordinary screens are made
for sRGB instead: `screen_codes` gives them the codes at which they show the same luminances.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_Values = NDArray[np.float64]

# PS3.14 7.1: log10 of luminance in cd/m2 over powers of the natural logarithm of the JND index.
_ABOVE: Final = (-1.3011877, 8.0242636e-2, 1.3646699e-1, -2.5468404e-2, 1.3635334e-3)
_BELOW: Final = (1.0, -2.5840191e-2, -1.0320229e-1, 2.8745620e-2, -3.1978977e-3, 1.2992634e-4)
# PS3.14 7.1: JND index over powers of log10 of luminance.
_INVERSE: Final = (
    71.498068,
    94.593053,
    41.912053,
    9.8247004,
    0.28175407,
    -1.1878455,
    -0.18014349,
    0.14710899,
    -0.017046845,
)
# AAPM Report 270: a primary display of at least 350 cd/m2 with a luminance ratio of 350.
DARKEST_CD_M2, BRIGHTEST_CD_M2 = 1.0, 350.0


def luminance_cd_m2(jnd: _Values) -> _Values:
    """Return the luminance of a JND index (1 to 1023)."""
    logarithm = np.log(jnd)
    above = np.polynomial.polynomial.polyval(logarithm, _ABOVE)
    return np.asarray(10 ** (above / np.polynomial.polynomial.polyval(logarithm, _BELOW)))


def jnd_index(luminance: _Values) -> _Values:
    """Return the JND index of a luminance in cd/m2 (0.05 to 4000)."""
    return np.asarray(np.polynomial.polynomial.polyval(np.log10(luminance), _INVERSE))


def presented_cd_m2(p_values: _Values) -> _Values:
    """Return what a standard display shows for P-values of 0 (black) to 1 (white)."""
    darkest, brightest = jnd_index(np.array([DARKEST_CD_M2, BRIGHTEST_CD_M2]))
    return luminance_cd_m2(darkest + p_values * (brightest - darkest))


def screen_codes(p_values: _Values) -> _Values:
    """Return the sRGB codes, 0 to 1, at which an ordinary screen shows P-values of 0 to 1."""
    light = (presented_cd_m2(p_values) - DARKEST_CD_M2) / (BRIGHTEST_CD_M2 - DARKEST_CD_M2)
    # IEC 61966-2-1: sRGB.
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
