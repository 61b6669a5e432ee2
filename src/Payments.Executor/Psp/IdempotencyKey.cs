using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Payments.Executor.Psp;

/// <summary>One key per operation, never per try.</summary>
internal static class IdempotencyKey
{
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_./:");

    /// <summary>
    /// The operation id itself where the PSP takes it; otherwise as much of its SHA-256 in hexadecimal as fits, which
    /// is at least 128 bits.
    /// </summary>
    /// <param name="operationId">Not empty.</param>
    /// <param name="maxLength">The PSP's limit, from 32.</param>
    public static string Derive(string operationId, int maxLength)
    {
        ArgumentException.ThrowIfNullOrEmpty(operationId);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 32);
        if (operationId.Length <= maxLength && !operationId.AsSpan().ContainsAnyExcept(Plain))
            return operationId;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(operationId)));
        return hash[..Math.Min(hash.Length, maxLength)];
    }
}
