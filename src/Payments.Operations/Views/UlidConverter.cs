using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Payments.Contracts;

namespace Payments.Operations.Views;

/// <summary>
/// A <see cref="Ulid"/> as <c>uuid</c>: the same 128 bits, so that the database orders as the text does.
/// </summary>
internal sealed class UlidConverter() : ValueConverter<Ulid, Guid>(ulid => ulid.ToGuid(), guid => Ulid.FromGuid(guid));
