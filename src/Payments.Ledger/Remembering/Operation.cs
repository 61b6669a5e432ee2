using System.Security.Cryptography;
using System.Text.Json;
using Payments.Contracts;
using Payments.Messaging;

namespace Payments.Ledger.Remembering;

/// <summary>A command that was carried out, with the essentials of its answer.</summary>
/// <param name="OperationId">The business id: it decides, where the inbox only helps.</param>
/// <param name="PaymentId">Whose operation it is.</param>
/// <param name="Kind">Which journals it recorded.</param>
/// <param name="Request">SHA-256 of what was asked.</param>
/// <param name="Answer">JSON.</param>
internal sealed record Operation(string OperationId, Ulid PaymentId, string Kind, byte[] Request, string Answer) : IWrite
{
    public static Operation Settled(RecordJournal command, JournalAnswer answer) => new(
        command.OperationId,
        command.PaymentId,
        command.Kind.ToString(),
        Fingerprint(command),
        JsonSerializer.Serialize(answer, ContractJson.Options));

    /// <summary>What was answered when the same was asked before.</summary>
    /// <exception cref="OperationMisusedException">Something else was asked under this id.</exception>
    public JournalAnswer AnswerTo(RecordJournal command)
    {
        if (PaymentId != command.PaymentId || Kind != command.Kind.ToString())
            throw new OperationMisusedException($"Operation {OperationId} is a {Kind} of payment {PaymentId}.");
        return Request.AsSpan().SequenceEqual(Fingerprint(command))
            ? JsonSerializer.Deserialize<JournalAnswer>(Answer, ContractJson.Options)!
            : throw new OperationMisusedException($"Operation {OperationId} was carried out with other lines.");
    }

    private static byte[] Fingerprint(RecordJournal command) =>
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
            new { command.Atomic, Lines = command.Lines.OrderBy(l => l.OrderId, StringComparer.Ordinal) },
            ContractJson.Options));
}

/// <summary>The essentials of what was answered.</summary>
internal sealed record JournalAnswer(IReadOnlyList<string> Recorded, IReadOnlyList<LineRejection> Rejected);
