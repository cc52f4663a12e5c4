#include <cblas.h>

/* Eigenvalues and eigenvectors of a symmetric matrix; OpenBLAS has LAPACK inside, whose header Debian packs apart. */
void dsyevd_(const char *job, const char *triangle, const int *order, double *matrix, const int *leading, double *values,
             double *work, const int *workSize, int *integerWork, const int *integerWorkSize, int *info);
