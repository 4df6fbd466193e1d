"""How long observations are kept, by class of data; what is deleted leaves its proof and nothing else."""
