using System.Security.Cryptography;
using System.Text.Json;
using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Wallets.Remembering;

/// <summary>
/// A command that was carried out, with the essentials of its answer; or the tombstone of one whose undo came first.
/// </summary>
/// <param name="OperationId">The business id: it decides, where the inbox only helps.</param>
/// <param name="PaymentId">Whose operation it is.</param>
/// <param name="Kind">One of <see cref="Credit"/> and <see cref="Reversal"/>.</param>
/// <param name="Request">SHA-256 of what was asked; null for a tombstone.</param>
/// <param name="Answer">JSON; null for a tombstone.</param>
internal sealed record Operation(string OperationId, Ulid PaymentId, string Kind, byte[]? Request, string? Answer) : IWrite
{
    public const string Credit = "credit";
    public const string Reversal = "reversal";

    public bool IsTombstone => Request is null;

    /// <summary>The undo came first: the credit is never to be carried out.</summary>
    public static Operation Tombstone(string operationId, Ulid paymentId) =>
        new(operationId, paymentId, Credit, Request: null, Answer: null);

    public static Operation Settled<TAnswer>(
        string operationId, Ulid paymentId, string kind, byte[] request, TAnswer answer) =>
        new(operationId, paymentId, kind, request, JsonSerializer.Serialize(answer, ContractJson.Options));

    /// <summary>Tells two requests apart that come under one operation id.</summary>
    public static byte[] Fingerprint<TRequest>(TRequest request) =>
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request, ContractJson.Options));

    /// <summary>What was answered when the same was asked before.</summary>
    /// <exception cref="OperationMisusedException">Something else was asked under this id.</exception>
    public TAnswer AnswerTo<TAnswer>(Ulid paymentId, string kind, byte[] request)
    {
        ThrowUnless(paymentId, kind);
        return Request is not null && Request.AsSpan().SequenceEqual(request)
            ? JsonSerializer.Deserialize<TAnswer>(Answer!, ContractJson.Options)!
            : throw new OperationMisusedException($"Operation {OperationId} was carried out with other lines.");
    }

    /// <exception cref="OperationMisusedException">The id belongs to something else.</exception>
    public void ThrowUnless(Ulid paymentId, string kind)
    {
        if (PaymentId != paymentId || Kind != kind)
            throw new OperationMisusedException($"Operation {OperationId} is a {Kind} of payment {PaymentId}.");
    }
}
