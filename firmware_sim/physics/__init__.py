"""From photons to numbers: beam, attenuation, scatter, blur, noise, gain, dark and defects."""
