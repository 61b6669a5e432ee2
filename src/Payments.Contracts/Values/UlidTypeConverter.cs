using System.ComponentModel;
using System.Globalization;

namespace Payments.Contracts;

/// <summary>Lets configuration bind a <see cref="Ulid"/> from its text.</summary>
public sealed class UlidTypeConverter : TypeConverter
{
    /// <inheritdoc/>
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) =>
        sourceType == typeof(string) || base.CanConvertFrom(context, sourceType);

    /// <inheritdoc/>
    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        value is string text ? Ulid.Parse(text) : base.ConvertFrom(context, culture, value);
}
