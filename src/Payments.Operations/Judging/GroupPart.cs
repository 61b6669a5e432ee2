using System.Buffers.Text;
using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Mvc;
using Payments.Contracts;
using Payments.Operations.Querying;

namespace Payments.Operations.Judging;

/// <summary>The parameters as text, so that each broken one can be named.</summary>
internal readonly record struct JudgeGroupParameters
{
    [FromQuery(Name = "cursor"), Description("The value of next of the part before.")]
    public string? Cursor { get; init; }

    [FromQuery(Name = "limit"), Description("Letters of a part, at most: 1 to 2000, default 2000.")]
    public string? Limit { get; init; }
}

/// <summary>Which open letters of a group one request judges.</summary>
/// <param name="After">What the part before ended with; null for the first.</param>
/// <param name="Limit">Letters, at most.</param>
internal sealed record GroupPart(PartEnd? After, int Limit)
{
    private const int MaxLetters = 2000;
    private static readonly string[] Names = ["cursor", "limit"];

    /// <summary>Adds every broken rule to the errors.</summary>
    public static GroupPart Read(JudgeGroupParameters parameters, IQueryCollection query, List<FieldError> errors)
    {
        ListParameters.CheckNames(query, Names, errors);
        if (errors.Count > 0)
            return new GroupPart(null, MaxLetters);
        PartEnd? after = null;
        if (parameters.Cursor is { } cursor && !PartEnd.TryRead(cursor, out after))
            errors.Add(new FieldError("cursor", "malformed", "cursor must be the value of next of the part before."));
        return new GroupPart(after, ListParameters.ReadLimit(parameters.Limit, errors, MaxLetters, MaxLetters));
    }
}

/// <summary>Where a part of a group ended: the next one starts after it.</summary>
/// <param name="LetterId">The newest letter that was judged.</param>
/// <param name="Through">The newest of the group when the first part was judged: later ones are in no part.</param>
internal sealed record PartEnd(Ulid LetterId, Ulid Through)
{
    private const int Length = 2 * Ulid.ByteLength;

    public string ToCursor()
    {
        Span<byte> bytes = stackalloc byte[Length];
        LetterId.TryWriteBytes(bytes);
        Through.TryWriteBytes(bytes[Ulid.ByteLength..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>False for anything that <see cref="ToCursor"/> did not write.</summary>
    public static bool TryRead(string cursor, [NotNullWhen(true)] out PartEnd? end)
    {
        end = null;
        var bytes = new byte[Length];
        if (!Base64Url.IsValid(cursor, out var length) || length != Length || !Base64Url.TryDecodeFromChars(cursor, bytes, out _))
            return false;
        end = new PartEnd(Ulid.FromBytes(bytes.AsSpan(0, Ulid.ByteLength)), Ulid.FromBytes(bytes.AsSpan(Ulid.ByteLength)));
        return true;
    }
}
